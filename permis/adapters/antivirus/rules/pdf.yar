/*
    What a PDF may do.

    Not called found, because real papers have it and because pages are drawn anew and the file itself is never
    shown: /JavaScript (the fillable forms of the State), XFA (the same), /OpenAction that opens a page, /URI links,
    /AcroForm, /EmbeddedFile of data (an electronic invoice carries its XML), /RichMedia without a program. A PDF
    with a password cannot be seen into; it is refused later, by a sentence.

    Found: what no paper needs and an attack does.
*/

rule Pdf_Starts_A_Program
{
    meta:
        why = "/Launch or an attachment, and the name of a program or of a script in a string; letters may be #-written"
        spares = "a link to another document, which office programs write as /Launch too"
    strings:
        $launch = /\/(L|#4C)(a|#61)(u|#75)(n|#6E)(c|#63)(h|#68)[ \t\r\n\/<>\[(]/
        $attached = /\/(E|#45)(m|#6D)(b|#62)(e|#65)(d|#64)(d|#64)(e|#65)(d|#64)(F|#46)(i|#69)(l|#6C)(e|#65)/
        $named = /\([^()\r\n]{0,200}\.(exe|bat|cmd|ps1|vbs|vbe|hta|scr|msi|lnk|pif|js|jse|wsf|jar)[ ]?\)/ nocase
        $shell = /\([^()\r\n]{0,200}(cmd|powershell|wscript|mshta|rundll32)(\.exe)?[ ]?\)/ nocase
    condition:
        kind == "pdf" and any of ($launch, $attached) and any of ($named, $shell)
}

rule Pdf_Script_That_Attacks
{
    meta:
        why = "calls that served to break readers, or that save an attachment and start it"
        spares = "scripts that compute a form or send it"
    strings:
        $start = /exportDataObject[ ]?\([^)]{0,200}nLaunch[ ]?:[ ]?[12]/
        $known = /(Collab\.(collectEmailInfo|getIcon)|media\.newPlayer|spell\.customDictionaryOpen)[ ]?\(/
        $long = /util\.printf[ ]?\([ ]?["']%[0-9]{4}/
        $spray = /unescape[ ]?\([ ]?["'](%u[0-9A-Fa-f]{4}){8}/
    condition:
        kind == "pdf" and any of them
}

rule Pdf_Flash
{
    meta:
        why = "a Flash program: nothing plays it any more, and no paper needs it. Its length stands in its head"
    condition:
        kind == "pdf" and piece == "stream"
        and (uint16be(1) == 0x5753) and (uint8(0) == 0x46 or uint8(0) == 0x43 or uint8(0) == 0x5A)
        and uint8(3) > 0 and uint8(3) < 60
        and uint32(4) > 8 and uint32(4) < 0x08000000
        and (uint8(0) != 0x46 or uint32(4) >= filesize)
}
