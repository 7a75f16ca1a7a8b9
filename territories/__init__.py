"""Open data by territory: results and statistics of polling stations, IRIS and communes, and nothing on a person."""
