"""The finding desk: lists with filters, search, saved views, spreadsheets in and files out.

An address here holds codes, days and identifiers.  What somebody types to find a person is sent in
the body of a form and stands in no address, log line or history.
"""
