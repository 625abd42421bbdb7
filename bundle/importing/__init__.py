"""From what annotation tools export to label maps and a datalist."""
