"""`python -m permis.cli` is `permis`."""

import sys

from permis.cli import main

sys.exit(main())
