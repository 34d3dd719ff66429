"""`make bench-scale`: hundreds and thousands of conversations, in one stack and in stacks side by side; writes docs/scale.md."""
