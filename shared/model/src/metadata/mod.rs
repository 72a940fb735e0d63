//! The typed reading of `metadata`: what InvenioRDM accepts, drops and reports, field by field.
