"""Orders: what things cost by the square metre. Dealers' orders and statements come to stand here.

Words     price (of a product for a square metre, in a company or a part of it, from a day on),
          priced (a size, its area and what it costs, with the price row it rests on).
Below     products, parties and everything under them; beside it field.
Rule      nobody types a price: it is the one in the list on that day, or there is none (S3.08).
"""
