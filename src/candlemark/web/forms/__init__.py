"""Forms: what is in every form of ours, whoever's page it stands on."""
