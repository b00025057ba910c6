"""The verb that finds duplicates, in a review and without one."""
