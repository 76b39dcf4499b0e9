"""What a document defines: equations, pieces, entries, and letters that it makes its own."""
