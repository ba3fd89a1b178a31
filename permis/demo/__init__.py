"""The people of the demo, and the page where one plays the factory, the postman and the clock."""
