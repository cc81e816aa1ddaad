"""Recording of the venues' public liquidation streams, for which hardly any dump exists: files for the inbox, one per venue and UTC day."""
