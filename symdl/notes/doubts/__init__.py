"""Why a failure in a document is no refutation, and a success no proof."""
