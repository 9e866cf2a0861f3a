import html
import xml.etree.ElementTree as ET

root = ET.fromstring("<a x='1'><b>t</b><b/></a>")
print([b.text for b in root], root.attrib, ET.tostring(root))
print(html.escape("<a & 'b'>"), html.unescape("&eacute;"))
ET.fromstring("<a>")
