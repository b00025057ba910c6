from pipeline.frames import SHAPES as SHAPES
from pipeline.frames import OpenReview as OpenReview
from pipeline.frames import dedupe as dedupe
from pipeline.frames import duplicate_pairs as duplicate_pairs
from pipeline.frames import open as open
from pipeline.frames import rank as rank
from pipeline.frames import read as read
from pipeline.model.problem import ReviewError as ReviewError

__version__: str
