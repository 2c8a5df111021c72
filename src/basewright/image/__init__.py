"""Images through an immutable view: transports, the pass over a layer, the squashed tree."""
