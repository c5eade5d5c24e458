"""What the black-box tests share: servers to start, frames to send, bytes to read."""
