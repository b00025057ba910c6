"""Search strategies: read as a tree, held against the rules of a platform, written for another.

The library search-query reads and checks the queries of PubMed, EBSCOhost and Web of Science; what
it leaves out is found by counting words, so that nothing is lost in silence.
"""
