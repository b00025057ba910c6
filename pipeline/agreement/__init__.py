"""How far two people agree: arithmetic that knows nothing of what they judged."""

from pipeline.agreement.two_people import Figures, figures_of

__all__ = ["Figures", "figures_of"]
