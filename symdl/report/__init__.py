"""How findings are told: text, JSON, HTML, JUnit, SARIF."""
