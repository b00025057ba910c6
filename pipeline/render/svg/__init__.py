"""Drawings as SVG text: measured before they are sized, readable in grey, named for those who
do not see them."""
