"""What the configs of the bundle import: networks, losses, transforms, engines, handlers and data readers."""
