"""The plain way, as a page of its own: st.file_uploader, Pillow on the server, up to Storage from there."""

from __future__ import annotations

import io
import os
import uuid

import streamlit as st
from PIL import Image, ImageOps

from mediaops.client import service_client

picked = st.file_uploader("Pages", type=["jpg", "jpeg", "png"])
if picked is not None:
    with Image.open(picked) as image:
        image.draft("RGB", (2048, 2048))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((2048, 2048))
    out = io.BytesIO()
    upright.save(out, "WEBP", quality=65)
    st.image(out.getvalue())
    st.text("previewed")
    path = f"plain/{uuid.uuid4()}"
    bucket = service_client().storage.from_(os.environ["MEDIAOPS_BUCKET_PLAIN"])
    bucket.upload(path, out.getvalue(), {"content-type": "image/webp"})
    st.text("stored")
