"""What the stores sell: item numbers and names, among them accents and a four-byte character."""

import numpy as np

MENU = (
    "Iced Coconut Latte",
    "Velvet Latte",
    "Caffè Latte",
    "Cappuccino",
    "Americano",
    "Cold Brew",
    "Drip Coffee",
    "Espresso",
    "Cortado",
    "Flat White",
    "Vanilla Latte",
    "Caramel Macchiato",
    "Mocha",
    "White Mocha",
    "Matcha Latte",
    "Iced Matcha Coconut",
    "Pumpkin Spice Latte 🎃",
    "Crème Brûlée Latte",
    "Brown Sugar Latte",
    "Cheese Foam Latte",
    "Orange Americano",
    "Pineapple Cold Brew",
    "Coffee Jelly Latte",
    "Hot Chocolate",
    "Taro Latte",
    "生椰拿铁 Coconut Latte",
    "Butter Croissant",
    "Blueberry Muffin",
    'Cookie "Triple Chocolate"',
    "Bagel, Cream Cheese",
)
ITEM_NUMBERS = tuple(f"SP{1000 + number}" for number in range(len(MENU)))
POPULARITY = np.linspace(1.0, 0.15, len(MENU)) / np.linspace(1.0, 0.15, len(MENU)).sum()
