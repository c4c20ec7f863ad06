"Place the layers of CNNs on Internet-of-Things units so that decisions come soonest, with proof."
__version__ = "0.1.0"
