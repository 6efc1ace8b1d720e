"""校车与交通: permits, drivers, routes, the road before the gate. Knows no other plugin."""
