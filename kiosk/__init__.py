"""kiosk: learn, sign, tell, act, and teach again, on one small machine."""
