"""How fast the parts are, beside the floor: the same work done with the bare libraries, in the same run."""
