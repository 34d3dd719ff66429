"""What botocore gets from the stack's configuration of AWS: a session that honors it."""
