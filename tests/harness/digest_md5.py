"""SASL DIGEST-MD5 (RFC 2831) as clients of ZooKeeper speak it: the response to a challenge, and what must come back."""
import re
from hashlib import md5

URI = "zookeeper/zk-sasl-md5"
CNONCE, COUNT = "clientnonce", "00000001"


def fields(challenge):
    """key -> value, without quotes."""
    pairs = re.findall(rb'([a-z-]+)=(?:"([^"]*)"|([^,]*))', challenge)
    return {key.decode(): (quoted or plain).decode() for key, quoted, plain in pairs}


def response(challenge, user, password):
    """The client's answer to the server's first token."""
    told = fields(challenge)
    realm, nonce = told.get("realm", ""), told.get("nonce", "")
    return (f'charset=utf-8,username="{user}",realm="{realm}",nonce="{nonce}",nc={COUNT},cnonce="{CNONCE}",'
            f'digest-uri="{URI}",maxbuf=65536,response={_digest(told, user, password, "AUTHENTICATE:")},qop=auth').encode()


def confirmation(challenge, user, password):
    """The server's proof that it knows the password, too."""
    return f"rspauth={_digest(fields(challenge), user, password, ':')}".encode()


def _digest(told, user, password, prefix):
    secret = md5(f"{user}:{told.get('realm', '')}:{password}".encode()).digest()
    first = md5(secret + f":{told.get('nonce', '')}:{CNONCE}".encode()).hexdigest()
    second = md5(f"{prefix}{URI}".encode()).hexdigest()
    return md5(f"{first}:{told.get('nonce', '')}:{COUNT}:{CNONCE}:auth:{second}".encode()).hexdigest()
