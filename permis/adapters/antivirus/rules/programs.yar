/*
    Programs, archives and scripts: found wherever they are.

    `kind` is what the file begins as (picture, pdf, other), `piece` is "whole" or "stream" (a stream of a PDF,
    unpacked). The random bytes of a JPEG hold every short word sooner or later: a rule asks for several things that
    agree, or for six bytes and more, so that a file of 20 MB meets one by chance less than once in a million.

    A file that is only of a kind that we do not take (a page of the web, a text, an archive, an office document
    without macro) is not called a virus: its type is refused later, by a sentence that says what to send instead.
*/

rule Eicar_Test
{
    meta:
        why = "the test file of the industry; in hexadecimal, so that this file is not one; also in UTF-16 (EXIF)"
    strings:
        $plain = {
            58 35 4F 21 50 25 40 41 50 5B 34 5C 50 5A 58 35 34 28 50 5E 29 37 43 43 29 37 7D 24 45 49 43 41
            52 2D 53 54 41 4E 44 41 52 44 2D 41 4E 54 49 56 49 52 55 53 2D 54 45 53 54 2D 46 49 4C 45 21 24
            48 2B 48 2A
        }
        $wide = {
            58 00 35 00 4F 00 21 00 50 00 25 00 40 00 41 00 50 00 5B 00 34 00 5C 00 50 00 5A 00 58 00 35 00
            34 00 28 00 50 00 5E 00 29 00 37 00 43 00 43 00 29 00 37 00 7D 00 24 00 45 00 49 00 43 00 41 00
            52 00 2D 00 53 00 54 00 41 00 4E 00 44 00 41 00 52 00 44 00 2D 00 41 00 4E 00 54 00 49 00 56 00
            49 00 52 00 55 00 53 00 2D 00 54 00 45 00 53 00 54 00 2D 00 46 00 49 00 4C 00 45 00 21 00 24 00
            48 00 2B 00 48 00 2A 00
        }
    condition:
        any of them
}

rule Program_Windows
{
    meta:
        why = "a PE program: its second head stands where its first says; in a picture, a PDF or alone"
    strings:
        $first = { 4D 5A [58] ?? ?? 00 00 }
    condition:
        for any i in (1..#first) : (
            uint32(@first[i] + uint32(@first[i] + 60)) == 0x00004550
            and for any machine in (0x014C, 0x8664, 0xAA64, 0x01C4, 0x0200) : (
                uint16(@first[i] + uint32(@first[i] + 60) + 4) == machine
            )
        )
}

rule Program_Linux
{
    meta:
        why = "an ELF program or library: class, order, version and type agree"
    strings:
        $little = { 7F 45 4C 46 (01 | 02) 01 01 [9] (01 | 02 | 03) 00 }
        $big = { 7F 45 4C 46 (01 | 02) 02 01 [9] 00 (01 | 02 | 03) }
    condition:
        any of them
}

rule Program_Mac
{
    meta:
        why = "a Mach-O program for Intel or ARM, of one or of several machines"
    strings:
        $one = { (CE | CF) FA ED FE (07 | 0C) 00 00 (00 | 01) [4] (01 | 02 | 06 | 08) 00 00 00 }
        $several = { CA FE BA BE 00 00 00 (01 | 02 | 03 | 04) (00 | 01) 00 00 (07 | 0C) }
    condition:
        any of them
}

rule Program_Java
{
    meta:
        why = "a Java class of version 1.1 to 25, or an Android program"
    strings:
        $class = { CA FE BA BE 00 (00 | 03) 00 (2D | 2E | 2F | 3? | 40 | 41 | 42 | 43 | 44 | 45) 00 ?? (01 | 07 | 09 | 0A) 00 }
        $android = { 64 65 78 0A 30 33 (35 | 36 | 37 | 38 | 39) 00 }
    condition:
        any of them
}

rule Program_Shortcut
{
    meta:
        why = "a Windows shortcut, whose class is written in its head"
    strings:
        $head = { 4C 00 00 00 01 14 02 00 00 00 00 00 C0 00 00 00 00 00 00 46 }
    condition:
        $head
}

rule Archive_Behind
{
    meta:
        why = "an archive after a picture or a PDF: one file for two programs. A telephone puts an MP4 there, never this"
        spares = "a document attached inside a PDF (an invoice in XML or as a ZIP): it stands before the PDF's own end"
    strings:
        $zip = { 50 4B 05 06 00 00 00 00 }
        $rar = { 52 61 72 21 1A 07 (00 | 01) }
        $seven = { 37 7A BC AF 27 1C 00 }
        $cabinet = { 4D 53 43 46 00 00 00 00 [4] 00 00 00 00 [4] 00 00 00 00 03 01 }
        $eof = "%%EOF"
    condition:
        piece == "whole" and kind != "other" and (
            for any i in (1..#zip) : (
                // Its directory stands where it says, counted from its end, and as many files are told twice.
                @zip[i] + 65557 >= filesize
                and uint16(@zip[i] + 8) == uint16(@zip[i] + 10)
                and uint16(@zip[i] + 8) > 0
                and uint32(@zip[i] + 12) <= @zip[i]
                and uint32(@zip[i] - uint32(@zip[i] + 12)) == 0x02014B50
                and (
                    kind == "picture"
                    or @zip[i] + 22 + uint16(@zip[i] + 20) == filesize
                    or not $eof in (@zip[i]..filesize)
                )
            )
            or ( kind == "picture" and any of ($rar, $seven, $cabinet) )
            or ( kind == "pdf" and #eof > 0 and any of ($rar, $seven, $cabinet) in (@eof[#eof]..filesize) )
        )
}

rule Script_In_A_Picture
{
    meta:
        why = "a script in the comment of a picture or after it: a server or a browser that is fooled would run it"
        spares = "XMP, which is XML too; a word such as html in a caption"
    strings:
        $php = /<\?php[ \t\r\n]/ nocase
        $asp = /<%(eval|execute|@ ?page|@ ?language)[ (]/ nocase
        $script = /<script[ \t\r\n>\/]/ nocase
        $event = /<(img|svg|body|iframe|video|input)[ \t\r\n\/][^<>]{0,200}on(load|error|focus|click|mouseover)[ ]?=/ nocase
    condition:
        piece == "whole" and kind == "picture" and any of them
}

rule Pdf_Behind_Or_Before
{
    meta:
        why = "a PDF that begins as a page, a script or a program, or is followed by one"
        spares = "what printers and mailers leave before a PDF; scripts inside, which belong to the forms of the State"
    strings:
        $pdf = "%PDF-"
        $eof = "%%EOF"
        $first = /(<!doctype html|<html|<head|<body|<script|<svg|<\?php|#!\/)/ nocase
        $after = /(<script|<\?php|<html)[ \t\r\n>]/ nocase
    condition:
        piece == "whole" and kind == "pdf" and (
            $first in (0..@pdf[1])
            or uint16be(0) == 0x4D5A or uint32be(0) == 0x7F454C46
            or ( #eof > 0 and $after in (@eof[#eof]..filesize) )
        )
}

rule Script_Of_Windows
{
    meta:
        why = "scripts that fetch or start a program: HTA, WScript, PowerShell"
    strings:
        $hta = "<hta:application" nocase
        $mht = "Content-Type: application/hta" nocase
        $shell = /(CreateObject|ActiveXObject)[ ]?\([ ]?["'](WScript\.Shell|Shell\.Application|MSXML2\.XMLHTTP|ADODB\.Stream)/ nocase
        $power = /powershell(\.exe)?[ ][^\r\n]{0,200}(-e(nc|ncodedcommand)?[ ]+[A-Za-z0-9+\/=]{20}|DownloadString|DownloadFile|FromBase64String)/ nocase
    condition:
        any of them
}

rule Script_In_Svg
{
    meta:
        why = "a drawing that runs something"
    strings:
        $svg = /<svg[ \t\r\n>]/ nocase
        $script = /<script[ \t\r\n>]/ nocase
        $event = /[ \t\r\n]on(load|click|error|mouseover|begin)[ ]?=[ ]?["']/ nocase
        $page = /<(html|body)[ \t\r\n>]/ nocase
    condition:
        kind == "other" and $svg in (0..4096) and not $page in (0..4096) and ($script or $event)
}

rule Macro_Of_Office
{
    meta:
        why = "an office document with a macro, of before 2007 (OLE), of since (ZIP), or hidden in a web archive (MHT)"
        spares = "the same without macro"
    strings:
        $project = "_VBA_PROJECT" wide
        $source = "Attribut\x00e VB_"
        $zipped = /(word|xl|ppt)\/vbaProject\.bin/
        $mso = "QWN0aXZlTWltZ"
    condition:
        ( uint32be(0) == 0xD0CF11E0 and any of ($project, $source) )
        or ( uint32be(0) == 0x504B0304 and $zipped )
        or ( kind == "other" and $mso )
}

rule Macro_Of_Rtf
{
    meta:
        why = "an RTF that opens an object by itself"
    strings:
        $object = /\\obj(update|data|autlink)/
    condition:
        uint32be(0) == 0x7B5C7274 and $object
}
