"""What every page needs: sessions, security headers, errors, language, templates and pictures."""
