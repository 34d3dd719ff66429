"""Personas, their layers and the drafts that PAL Maker has of them."""
