"""Why to believe a claim: its verdict, with evidence that can be checked again."""
