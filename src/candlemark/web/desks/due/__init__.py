"""The docket: what is due in every case, as a page, as a calendar; and the rules it goes by."""
