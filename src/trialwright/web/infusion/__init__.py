"""The infusion at the chair: one screen for the nurse, from the bag's check to the hours after the end."""
