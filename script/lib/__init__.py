"""What the programs in script/ share: Python 3.9 or later, standard library only."""
