"""The finding desk: lists with filters, search by words and names, saved views, spreadsheets in and out.

An address here holds codes, days and identifiers.  What somebody types to find a person is sent in
the body of a form and stands in no address, log line or history.
"""
