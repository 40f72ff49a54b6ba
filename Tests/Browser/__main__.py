import sys

import walks

walks.main(*sys.argv[1:])
