"""What the media functions raise when a file is not one MediaOps takes in."""

from __future__ import annotations

from mediaops.errors import Invalid


class NotAcceptable(Invalid):
    """The bytes are not a file MediaOps takes in.

    ``code`` is one of ``empty_file``, ``too_large``, ``not_an_image``, ``unsupported_type``,
    ``image_too_many_pixels``, ``image_broken``, ``file_broken`` (a video or a sound).
    """

    code = "unsupported_type"
