"""The verb for machines that suggest: asked, evaluated, shown beside a vote."""
