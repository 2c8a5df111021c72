"""One workload, start to end: the library's front door.

    from basewright.pipeline import AssessRequest, Services, assess

    assessment = assess(AssessRequest(targets=("./shop",)), Services.of_this_machine())

Stages never import one another; they meet here.
"""

from basewright.pipeline.assess import AssessRequest, Services, assess

__all__ = ["AssessRequest", "Services", "assess"]
