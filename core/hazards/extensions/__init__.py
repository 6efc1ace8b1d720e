"""延期申请: the unit asks for more time, whoever may grant it decides. Services stand in core.hazards.services.extensions."""
