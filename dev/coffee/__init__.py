"""The sales of a real coffee machine as source tables of the same feeds."""
