"""校舍与设施设备: structure, use, equipment, weak ground, sites. Knows no other plugin."""
