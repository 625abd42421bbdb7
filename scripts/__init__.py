"""What the configs of the bundle import: networks, losses, transforms, engines, handlers and data readers."""

import logging
import warnings

# where pydicom is installed, MONAI says twice for every loader of images that a decoder of DICOM on the GPU is missing;
# nothing here reads DICOM by it, and the notices would bury what users must see
logging.getLogger("monai.data.nvimgcodec_pydicom_plugin").setLevel(logging.ERROR)
warnings.filterwarnings("ignore", message="NvImgCodecPydicomReader: nvImageCodec decoder plugin did not register")
