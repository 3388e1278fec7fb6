"""Made-up number plates of the world, for readers that must know what they never saw.

`PlateSynthesiser.make` draws a plate, `photograph` takes its picture with a bad camera.
`python -m models.training.synthesis --sheet sheet.png` shows what comes out.
"""

from models.training.synthesis.camera import photograph
from models.training.synthesis.faces import find_fonts
from models.training.synthesis.plate import SyntheticPlate
from models.training.synthesis.synthesiser import PlateSynthesiser

__all__ = ["PlateSynthesiser", "SyntheticPlate", "find_fonts", "photograph"]
