"""Where recordings go: an S3 bucket and the IAM role that Tavus assumes to write to it."""
