"""Words for families, as the block at the end of a lesson's file has them."""

HOME = """\

::: home {#home}
ask: "What would you keep in a box of your own?"
listen_for: "What your child keeps, and who may open it."
learns:
  - "Fern has a box with a key."
  - "She keeps the key to herself."
  - "A grown-up helps her when she is not sure."
try:
  heading: "A box for three minutes"
  steps: ["Find any box.", "Each puts one thing in.", "Who may look? Say it."]
asked:
  - {q: "Is a key a secret?", a: "A key is yours. You may tell a grown-up you trust."}
  - {q: "May I look?", a: "Ask first. No is a fine answer."}
happened:
  say: "Thank you for telling me. You are not in trouble."
  situation: did-it
:::
"""
HOME_IN_URDU = """\

::: home {{#home of="{of}"}}
ask: "تم اپنے ڈبے میں کیا رکھو گے؟"
listen_for: "بچہ کیا رکھتا ہے، اور کون کھول سکتا ہے۔"
learns: ["فرن کے پاس ڈبہ ہے۔", "چابی اس کی ہے۔", "بڑا مدد کرتا ہے۔"]
try:
  heading: "تین منٹ کا ڈبہ"
  steps: ["کوئی ڈبہ لیں۔", "ہر کوئی ایک چیز رکھے۔", "کون دیکھے؟ بتائیں۔"]
asked:
  - {{q: "کیا چابی راز ہے؟", a: "چابی تمہاری ہے۔ کسی بڑے کو بتا سکتے ہو۔"}}
  - {{q: "کیا میں دیکھوں؟", a: "پہلے پوچھو۔ نہیں بھی ٹھیک ہے۔"}}
happened:
  say: "بتانے کا شکریہ۔ تمہارا قصور نہیں۔"
:::
"""
