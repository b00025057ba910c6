"""The authors' manuscript: a template, the slots in it, and what its prose may say."""
