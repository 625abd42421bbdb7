"""nnU-Net with its ignore label as a rival: its own environment and commands, the same drawings and measures."""
